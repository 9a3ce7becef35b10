package dev.treadle.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The simulation finds planted bugs, so it would find them in the executor.
@Timeout(120)
final class SimulationBugsTest {
  private static final int GROUPS = 40;
  private static final int SHARED = 25;

  @BeforeEach
  void needsAnOpenScheduler() {
    Simulations.assumePossible();
  }

  private static void assertFound(LongFunction<Simulation> simulation, String... told) {
    for (long group = 0; group < GROUPS; group++) {
      var graph = RandomGraphs.makeUnsignalled(group, 1 + (int) (group % 12));
      for (long seed = group * SHARED; seed < (group + 1) * SHARED; seed++) {
        var failure = Simulations.failure(graph, seed, simulation.apply(seed));
        if (failure.isPresent()) {
          assertThat(told.length == 0 || Stream.of(told).anyMatch(failure.get()::contains))
              .as(failure.get())
              .isTrue();
          return;
        }
      }
    }
    throw new AssertionError("not found by " + GROUPS * SHARED + " seeds");
  }

  @Test
  void lostWakeUp_isFoundAsAHang() {
    assertFound(
        seed ->
            new Simulation(seed) {
              @Override
              ReentrantLock newLock() {
                return new ForgetfulLock(this);
              }
            },
        "wait for what can't happen");
  }

  @Test
  void lostTimer_isFoundAsAHang() {
    assertFound(
        seed ->
            new Simulation(seed) {
              @Override
              public Timer schedule(Instant due, Runnable callback) {
                return random().nextInt(5) > 0 ? super.schedule(due, callback) : () -> {};
              }
            },
        "wait for what can't happen");
  }

  @Test
  void missingLock_isFound() {
    assertFound(seed ->
        new Simulation(seed) {
          @Override
          ReentrantLock newLock() {
            return new LeakyLock(this);
          }
        });
  }

  @Test
  void storeThatAcknowledgesTooEarly_isFound() {
    assertFound(
        seed ->
            new Simulation(seed) {
              @Override
              boolean storeLies() {
                return true;
              }
            },
        "P2",
        "P3",
        "expected",
        "wait for what can't happen",
        "is not in the store");
  }

  /// A lock that lets a second thread in now and then.
  private static final class LeakyLock extends Simulation.PausingLock {
    private static final long serialVersionUID = 1L;

    private final transient Simulation simulation;

    LeakyLock(Simulation simulation) {
      super(simulation);
      this.simulation = simulation;
    }

    @Override
    public void lock() {
      simulation.pause();
      if (!isLocked() || simulation.random().nextInt(5) > 0) {
        super.lock();
      }
    }

    @Override
    public void unlock() {
      if (isHeldByCurrentThread()) {
        super.unlock();
      }
    }
  }

  /// A lock whose conditions lose a signal now and then.
  private static final class ForgetfulLock extends Simulation.PausingLock {
    private static final long serialVersionUID = 1L;

    private final transient Simulation simulation;

    ForgetfulLock(Simulation simulation) {
      super(simulation);
      this.simulation = simulation;
    }

    @Override
    public Condition newCondition() {
      return new Forgetful(super.newCondition(), simulation);
    }
  }

  @SuppressWarnings("WaitNotInLoop") // whoever calls it waits in a loop
  private record Forgetful(Condition real, Simulation simulation) implements Condition {
    @Override
    public void signal() {
      if (simulation.random().nextInt(20) > 0) {
        real.signal();
      }
    }

    @Override
    public void signalAll() {
      if (simulation.random().nextInt(20) > 0) {
        real.signalAll();
      }
    }

    @Override
    public void await() throws InterruptedException {
      real.await();
    }

    @Override
    public void awaitUninterruptibly() {
      real.awaitUninterruptibly();
    }

    @Override
    public long awaitNanos(long nanos) throws InterruptedException {
      return real.awaitNanos(nanos);
    }

    @Override
    public boolean await(long time, TimeUnit unit) throws InterruptedException {
      return real.await(time, unit);
    }

    @Override
    public boolean awaitUntil(Date deadline) throws InterruptedException {
      return real.awaitUntil(deadline);
    }
  }
}
