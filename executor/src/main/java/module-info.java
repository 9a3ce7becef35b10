/// Runs workflow graphs, in memory or durably.
module dev.treadle.executor {
  requires static transitive org.jspecify;
  requires transitive dev.treadle;
  requires jdk.jfr;
  requires tools.jackson.databind;
  requires org.slf4j;

  exports dev.treadle.executor;
  exports dev.treadle.executor.spi;
}
