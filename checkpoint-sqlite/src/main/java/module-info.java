/// Makes runs durable in one SQLite database.
module dev.treadle.checkpoint.sqlite {
  requires static transitive org.jspecify;
  requires transitive dev.treadle.executor;
  requires java.sql;
  requires org.xerial.sqlitejdbc;

  exports dev.treadle.checkpoint.sqlite;
}
