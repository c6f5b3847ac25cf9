package dev.fairlead.canon;

import dev.fairlead.wire.Raw;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** How tokens are drawn. Numbers keep the digits that the caller wrote. */
public record Sampling(
    Optional<BigDecimal> temperature,
    Optional<BigDecimal> topP,
    Optional<BigDecimal> topK,
    Optional<BigDecimal> minP,
    Optional<BigDecimal> topA,
    Optional<BigDecimal> frequencyPenalty,
    Optional<BigDecimal> presencePenalty,
    Optional<BigDecimal> repetitionPenalty,
    OptionalLong seed,
    List<String> stop,
    Optional<Raw> logitBias,
    Optional<Boolean> logprobs,
    OptionalInt topLogprobs,
    OptionalInt choices) {

  /** The caller said nothing: every value is the provider's default. */
  public static final Sampling UNSET =
      new Sampling(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalLong.empty(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());

  public Sampling {
    stop = List.copyOf(stop);
  }
}
