/// Typed workflow graphs.
module dev.treadle {
  requires static transitive org.jspecify;

  exports dev.treadle;
}
