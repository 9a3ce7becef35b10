/// Makes runs durable in a folder of append-only files.
module dev.treadle.checkpoint.file {
  requires static transitive org.jspecify;
  requires transitive dev.treadle.executor;
  requires org.slf4j;

  exports dev.treadle.checkpoint.file;
}
