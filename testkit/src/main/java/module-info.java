/// Contracts that show whether a checkpoint store keeps its promises.
module dev.treadle.testkit {
  requires static transitive org.jspecify;
  requires transitive dev.treadle.executor;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;
  requires org.assertj.core;

  exports dev.treadle.testkit;
}
