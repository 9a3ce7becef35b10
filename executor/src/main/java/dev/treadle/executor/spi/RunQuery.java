package dev.treadle.executor.spi;

import dev.treadle.RunId;
import dev.treadle.RunStatus;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Which runs to list. Conditions that are set must all hold.
///
/// @param statuses the run has one of these; empty for any
/// @param workflow the run is of this workflow
/// @param labels the run has all of these labels with these values
/// @param dueBy the run has a timer due at this time or earlier
/// @param created the run was started in this time
/// @param updated the run's last commit was made in this time
/// @param after the run's id comes after this one in the order of its UTF-16 characters; for paging
/// @param limit at most so many runs, from 1
public record RunQuery(
    Set<RunStatus> statuses,
    Optional<String> workflow,
    Map<String, String> labels,
    Optional<Instant> dueBy,
    TimeRange created,
    TimeRange updated,
    Optional<RunId> after,
    int limit) {
  /// Copies the collections and rejects an impossible limit.
  public RunQuery {
    statuses = Set.copyOf(statuses);
    labels = Map.copyOf(labels);
    Objects.requireNonNull(created, "created");
    Objects.requireNonNull(updated, "updated");
    if (limit < 1) {
      throw new IllegalArgumentException("limit must be 1 or more, was " + limit);
    }
  }

  /// All runs, a page of them at a time.
  ///
  /// @param limit at most so many runs, from 1
  /// @return the query
  public static RunQuery all(int limit) {
    return new RunQuery(
        Set.of(),
        Optional.empty(),
        Map.of(),
        Optional.empty(),
        TimeRange.ANY,
        TimeRange.ANY,
        Optional.empty(),
        limit);
  }

  /// The same query for runs of some statuses.
  ///
  /// @param some the statuses
  /// @return the query
  public RunQuery withStatuses(Set<RunStatus> some) {
    return new RunQuery(some, workflow, labels, dueBy, created, updated, after, limit);
  }

  /// The same query for runs of one workflow.
  ///
  /// @param name the workflow's name
  /// @return the query
  public RunQuery withWorkflow(String name) {
    return new RunQuery(statuses, Optional.of(name), labels, dueBy, created, updated, after, limit);
  }

  /// The same query for runs with some labels.
  ///
  /// @param some the labels with their values
  /// @return the query
  public RunQuery withLabels(Map<String, String> some) {
    return new RunQuery(statuses, workflow, some, dueBy, created, updated, after, limit);
  }

  /// The same query for runs with a timer due.
  ///
  /// @param time the time
  /// @return the query
  public RunQuery withDueBy(Instant time) {
    return new RunQuery(
        statuses, workflow, labels, Optional.of(time), created, updated, after, limit);
  }

  /// The same query for runs that were started in some time.
  ///
  /// @param time the time
  /// @return the query
  public RunQuery withCreated(TimeRange time) {
    return new RunQuery(statuses, workflow, labels, dueBy, time, updated, after, limit);
  }

  /// The same query for runs whose last commit was made in some time.
  ///
  /// @param time the time
  /// @return the query
  public RunQuery withUpdated(TimeRange time) {
    return new RunQuery(statuses, workflow, labels, dueBy, created, time, after, limit);
  }

  /// The same query with another limit.
  ///
  /// @param runs at most so many runs, from 1
  /// @return the query
  public RunQuery withLimit(int runs) {
    return new RunQuery(statuses, workflow, labels, dueBy, created, updated, after, runs);
  }

  /// The next page of the same query.
  ///
  /// @param id the last id of the page before
  /// @return the query
  public RunQuery withAfter(RunId id) {
    return new RunQuery(
        statuses, workflow, labels, dueBy, created, updated, Optional.of(id), limit);
  }

  /// Whether a run is asked for, but for the limit.
  ///
  /// @param run its header
  /// @return whether all conditions hold
  public boolean matches(RunHeader run) {
    return (statuses.isEmpty() || statuses.contains(run.status()))
        && workflow.map(run.workflow()::equals).orElse(true)
        && run.labels().entrySet().containsAll(labels.entrySet())
        && dueBy.map(by -> run.dueAt().map(due -> !due.isAfter(by)).orElse(false)).orElse(true)
        && created.contains(run.createdAt())
        && updated.contains(run.updatedAt())
        && after.map(id -> run.id().compareTo(id) > 0).orElse(true);
  }
}
