package dev.fairlead.attempt;

import dev.fairlead.canon.Fault;
import dev.fairlead.http.TransportFault;
import java.util.Optional;

/** What a failure below HTTP means to an exchange. */
final class TransportFaults {
  private TransportFaults() {}

  static Fault fault(TransportFault failure, String provider) {
    return switch (failure.kind()) {
      case DNS -> of(Fault.Kind.DNS, provider + " cannot be found by name", failure);
      case CONNECT_REFUSED ->
          of(Fault.Kind.CONNECT_REFUSED, provider + " refuses connections", failure);
      case CONNECT_TIMEOUT ->
          of(Fault.Kind.CONNECT_TIMEOUT, provider + " does not accept connections", failure);
      case TLS -> of(Fault.Kind.TLS, provider + " cannot be reached securely", failure);
      case FORBIDDEN ->
          Fault.gateway(
                  Fault.Kind.INTERNAL, "the address of " + provider + " is not allowed for egress")
              .withProvider(0, Optional.empty(), Optional.of(failure.detail()));
      case RESET -> of(Fault.Kind.RESET, provider + " closed the connection", failure);
      case TRUNCATED -> of(Fault.Kind.TRUNCATED, provider + " broke its answer off", failure);
      case MALFORMED -> of(Fault.Kind.MALFORMED, provider + " sent an unreadable answer", failure);
      case TOO_LARGE -> of(Fault.Kind.TOO_LARGE, provider + " sent too large an answer", failure);
      case POOL_EXHAUSTED ->
          of(Fault.Kind.OVERLOADED, "too many calls to " + provider + " are waiting", failure);
    };
  }

  private static Fault of(Fault.Kind kind, String message, TransportFault failure) {
    return Fault.provider(kind, message)
        .withProvider(0, Optional.empty(), Optional.of(failure.detail()));
  }
}
