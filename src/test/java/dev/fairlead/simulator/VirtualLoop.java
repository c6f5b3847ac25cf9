package dev.fairlead.simulator;

import dev.fairlead.http.Loop;
import java.time.Duration;
import java.util.PriorityQueue;
import org.jspecify.annotations.NullMarked;

/** A loop whose time passes only when it is told to. */
@NullMarked
public final class VirtualLoop implements Loop {
  private record Task(long due, long order, Runnable work, boolean[] cancelled)
      implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byTime = Long.compare(due, other.due);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Task> tasks = new PriorityQueue<>();
  private long now;
  private long order;

  public long nanos() {
    return now;
  }

  public long millis() {
    return now / 1_000_000;
  }

  @Override
  public void execute(Runnable task) {
    schedule(Duration.ZERO, task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    boolean[] cancelled = {false};
    tasks.add(new Task(now + Math.max(0, delay.toNanos()), order++, task, cancelled));
    return () -> cancelled[0] = true;
  }

  @Override
  public boolean isCurrent() {
    return true;
  }

  /** How many timers are set and not cancelled. */
  public long pending() {
    return tasks.stream().filter(task -> !task.cancelled()[0]).count();
  }

  /** Lets time pass until nothing is left to do. */
  public void runAll() {
    while (!tasks.isEmpty()) {
      step();
    }
  }

  public void run(Duration duration) {
    long until = now + duration.toNanos();
    Task next = tasks.peek();
    while (next != null && next.due() <= until) {
      step();
      next = tasks.peek();
    }
    now = until;
  }

  private void step() {
    Task task = tasks.remove();
    now = Math.max(now, task.due());
    if (!task.cancelled()[0]) {
      task.work().run();
    }
  }
}
