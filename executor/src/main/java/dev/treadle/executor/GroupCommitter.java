package dev.treadle.executor;

import dev.treadle.TreadleException;
import dev.treadle.executor.spi.CheckpointStore;
import dev.treadle.executor.spi.CommitUnknownException;
import dev.treadle.executor.spi.StepCommit;
import dev.treadle.executor.spi.WriteRefusedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one thread that talks to a store. Takes all commits that wait, writes them in one call and
/// answers them; while it writes, the next gather. So a commit never waits for a fuller batch, and
/// many share one force of the disk.
///
/// A write that was refused, because the disk is full for example, is tried again until it succeeds
/// or the committer is closed; the steps behind the commits are not run again. Any other failure of
/// the store ends the committer.
final class GroupCommitter {
  private static final Logger LOG = LoggerFactory.getLogger(GroupCommitter.class);
  private static final int MAX_BATCH = 1_024;
  private static final long FIRST_BACKOFF_MILLIS = 50;
  private static final long LAST_BACKOFF_MILLIS = 5_000;

  private final CheckpointStore store;
  private final Consumer<TreadleException> whenEnded;
  private final StoreWatch watch;
  private final Thread thread;
  private final TimeSource time;
  private final ReentrantLock lock;
  private final Condition arrived;

  // guarded by lock
  private final ArrayDeque<Pending> commits = new ArrayDeque<>();
  private final ArrayDeque<Runnable> calls = new ArrayDeque<>();
  private boolean closing;
  private boolean againDue;

  // written by the store's thread
  private volatile @Nullable TreadleException ended;
  private volatile @Nullable WriteRefusedException refusal;

  // touched by the store's thread only
  private final List<Pending> waiting = new ArrayList<>();
  private int refusals;

  /// @param whenEnded told, on the store's thread, why nothing will be written any more
  GroupCommitter(
      CheckpointStore store,
      Threading threading,
      TimeSource time,
      Consumer<TreadleException> whenEnded,
      StoreWatch watch) {
    this.store = store;
    this.time = time;
    this.watch = watch;
    this.whenEnded = whenEnded;
    this.lock = threading.locks().get();
    this.arrived = lock.newCondition();
    this.thread = threading.store().newThread(this::loop);
    thread.start();
  }

  /// Hands a commit over. Commits of one run are written in the order of these calls.
  ///
  /// @param firstNewId the first id that no commit of the run before this one has used
  Pending submit(StepCommit commit, long firstNewId) {
    var pending = new Pending(commit, firstNewId);
    lock.lock();
    try {
      var end = ended;
      if (end != null) {
        pending.failed(end);
        return pending;
      }
      commits.add(pending);
      arrived.signal();
    } finally {
      lock.unlock();
    }
    return pending;
  }

  /// Asks the store something between two batches. Waits for the answer, whatever happens to the
  /// thread.
  <T> T call(Function<? super CheckpointStore, T> question) {
    var answer = new CompletableFuture<T>();
    lock.lock();
    try {
      var end = ended;
      if (end != null) {
        throw end;
      }
      calls.add(() -> answer(question, answer));
      arrived.signal();
    } finally {
      lock.unlock();
    }
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TreadleException known) {
        throw known;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  /// Why writes are refused at the moment, or null if they are not.
  @Nullable WriteRefusedException refusal() {
    return refusal;
  }

  /// Where the store is.
  String location() {
    return store.location();
  }

  /// Writes what waits, if the store takes it, closes the store and ends the thread.
  void close() throws InterruptedException {
    lock.lock();
    try {
      closing = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
    thread.join();
  }

  private <T> void answer(
      Function<? super CheckpointStore, T> question, CompletableFuture<T> answer) {
    try {
      answer.complete(question.apply(store));
    } catch (RuntimeException e) { // the asker gets it
      answer.completeExceptionally(e);
    } catch (Error e) { // it ends the committer too, but the asker must not wait for ever
      answer.completeExceptionally(e);
      throw e;
    }
  }

  // --- the store's thread

  private void loop() {
    TreadleException reason = new ExecutorClosedException("the executor is closed");
    try {
      while (gather()) {
        write();
      }
    } catch (TreadleException e) {
      reason = e;
      LOG.error("the store has failed; its runs stop here and can be resumed later", e);
    } catch (RuntimeException | Error e) {
      reason = unknown(e);
      LOG.error("the store has failed; its runs stop here and can be resumed later", e);
    } finally {
      end(reason);
    }
  }

  /// Waits until there is something to do, and answers calls.
  ///
  /// @return whether there are commits to write; if not, it is time to end
  private boolean gather() {
    while (true) {
      Runnable call;
      lock.lock();
      try {
        while (calls.isEmpty() && commits.isEmpty() && waiting.isEmpty() && !closing) {
          arrived.awaitUninterruptibly();
        }
        call = calls.poll();
        if (call == null) {
          waiting.addAll(commits);
          commits.clear();
          return !waiting.isEmpty();
        }
      } finally {
        lock.unlock();
      }
      call.run();
    }
  }

  /// Writes one batch of what waits.
  private void write() {
    var chosen = choose();
    var batch = new ArrayList<StepCommit>(chosen.size());
    for (var pending : chosen) {
      batch.add(pending.parts.next());
    }
    List<Integer> refused;
    long since = watch.appending();
    try {
      refused = store.append(batch);
    } catch (WriteRefusedException e) {
      holdOut(e);
      return;
    }
    refusal = null;
    refusals = 0;
    watch.appended(since, batch.size(), refused.size());
    answer(chosen, refused);
  }

  /// The commits of the next batch, in order: at most one of a run whose commit is in parts.
  private List<Pending> choose() {
    var chosen = new ArrayList<Pending>(Math.min(waiting.size(), MAX_BATCH));
    @Nullable HashSet<String> inParts = null;
    for (var pending : waiting) {
      if (inParts != null && inParts.contains(pending.parts.run())) {
        continue;
      }
      chosen.add(pending);
      if (!pending.parts.next().last()) {
        inParts = inParts == null ? new HashSet<>() : inParts;
        inParts.add(pending.parts.run());
      }
      if (chosen.size() == MAX_BATCH) {
        break;
      }
    }
    return chosen;
  }

  private void answer(List<Pending> chosen, List<Integer> refused) {
    int done = 0;
    int nextRefused = 0;
    for (int i = 0; i < chosen.size(); i++) {
      var pending = chosen.get(i);
      if (nextRefused < refused.size() && refused.get(nextRefused) == i) {
        nextRefused++;
        done++;
        pending.refused();
      } else if (pending.parts.advance()) {
        done++;
        pending.accepted();
      }
    }
    if (done == waiting.size()) {
      waiting.clear();
    } else {
      waiting.removeIf(Pending::isAnswered);
    }
  }

  /// Waits a while before a refused write is tried again; answers calls meanwhile.
  private void holdOut(WriteRefusedException e) {
    refusal = e;
    watch.refused(e);
    long millis = FIRST_BACKOFF_MILLIS << Math.min(refusals++, 10);
    time.schedule(Duration.ofMillis(Math.min(LAST_BACKOFF_MILLIS, millis)), this::tryAgain);
    for (var call = nextCall(e); call != null; call = nextCall(e)) {
      call.run();
    }
  }

  private void tryAgain() {
    lock.lock();
    try {
      againDue = true;
      arrived.signal();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a call to answer while writes are refused.
  ///
  /// @return the call, or null if it is time to try the write again
  private @Nullable Runnable nextCall(WriteRefusedException e) {
    lock.lock();
    try {
      while (calls.isEmpty() && !againDue && !closing) {
        arrived.awaitUninterruptibly();
      }
      if (closing) {
        throw e;
      }
      if (againDue) {
        againDue = false;
        return null;
      }
      return calls.poll();
    } finally {
      lock.unlock();
    }
  }

  private CommitUnknownException unknown(Throwable cause) {
    return new CommitUnknownException(
        store.location(), "the store failed in a way that it should not; open it again", cause);
  }

  /// Answers everything that waits, now and later, with the reason of the end.
  private void end(TreadleException reason) {
    List<Runnable> unanswered;
    lock.lock();
    try {
      ended = reason;
      waiting.addAll(commits);
      commits.clear();
      unanswered = new ArrayList<>(calls);
      calls.clear();
    } finally {
      lock.unlock();
    }
    waiting.forEach(pending -> pending.failed(reason));
    waiting.clear();
    unanswered.forEach(Runnable::run); // a closed store answers with its own error
    whenEnded.accept(reason);
    try {
      store.close();
    } catch (TreadleException e) {
      LOG.warn("the store could not be closed", e);
    }
  }
}
