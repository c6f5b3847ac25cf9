package dev.fairlead.http;

import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.time.Duration;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Fails a test class that leaves a pooled buffer behind. Its loops must be closed before. */
final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
  private long before;

  @Override
  public void beforeAll(ExtensionContext context) {
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    before = active();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Wait.until(
        "all pooled buffers are released; " + active() + " are out, " + before + " were before",
        Duration.ofSeconds(10),
        () -> active() <= before);
  }

  static long active() {
    long sum = 0;
    for (PoolArenaMetric arena : PooledByteBufAllocator.DEFAULT.metric().directArenas()) {
      sum += arena.numActiveAllocations();
    }
    return sum;
  }
}
