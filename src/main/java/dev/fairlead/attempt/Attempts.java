package dev.fairlead.attempt;

import dev.fairlead.canon.ChatEvent;
import dev.fairlead.canon.Dialect;
import dev.fairlead.canon.Fault;
import dev.fairlead.config.TimeoutsConfig;
import dev.fairlead.http.Loop;
import dev.fairlead.http.UpstreamClient;
import dev.fairlead.protocol.Codec;
import dev.fairlead.provider.Providers;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Makes attempts: what all of them share. Immutable but for the retry budget, which guards itself.
 *
 * @param maxBody longest whole answer, in bytes
 */
public record Attempts(
    UpstreamClient client,
    Map<Dialect, Codec> codecs,
    Providers providers,
    TimeoutsConfig deadlines,
    RetryRule rule,
    RetryBudget budget,
    Queues queues,
    int maxBody,
    LongSupplier nanos,
    RandomGenerator random) {

  /** Who wants the outcome. Called on the exchange's loop. */
  public interface Listener {
    /**
     * A stream has begun to answer: nothing may be decided any more. Drain it.
     *
     * @param prefilled the provider was given the text so far as the beginning of its answer
     */
    void streaming(Source source, boolean prefilled);

    /**
     * @param body the provider's answer as it came; empty when it came in another form
     */
    void whole(Source source, byte[] body, List<ChatEvent> events);

    /** Nobody could answer. */
    void failed(Fault fault);
  }

  public Attempts {
    codecs = Map.copyOf(codecs);
  }

  /** Begins. The run tells the listener once; a resumed run tells it again. */
  public Run begin(Errand errand, Loop loop, Listener listener) {
    Run run = new Run(this, errand, loop, listener);
    budget.firstTry();
    run.next();
    return run;
  }
}
