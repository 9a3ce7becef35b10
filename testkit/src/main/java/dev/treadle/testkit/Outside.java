package dev.treadle.testkit;

import dev.treadle.RunStatus;

/// The world outside of a run under test: it moves the clock, sends what the run waits for, cancels
/// it.
@FunctionalInterface
public interface Outside {

  /// Looks at a run that goes on, and does what it likes. Called again and again, about a thousand
  /// times a second, in every life of the process; so it acts on what it sees, and repeats what a
  /// death may have swallowed. Fails the test by whatever it throws, unless the process has died
  /// meanwhile.
  ///
  /// @param scene the run
  /// @throws Exception whatever goes wrong
  void act(Scene scene) throws Exception;

  /// A world that does nothing but move the clock on to the next timer when the run waits. Not for
  /// steps with a timeout: the clock may move while a step is executed that follows a wait.
  ///
  /// @return the world
  static Outside movingTime() {
    return scene -> {
      if (scene.handle().status() == RunStatus.WAITING) {
        var _ = scene.time().advanceToTimer();
      }
    };
  }
}
