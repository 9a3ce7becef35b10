package dev.treadle.executor;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// Where the threads and the locks of an executor come from; a test that decides who goes on next
/// brings its own.
///
/// @param steps makes the threads on which steps run
/// @param store makes the one thread that talks to the store
/// @param locks makes a lock
record Threading(ThreadFactory steps, ThreadFactory store, Supplier<ReentrantLock> locks) {}
