package dev.fairlead.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose word on a caller's address is taken, and which word of it. */
final class ProxiesTest {
  private static final Proxies PROXIES =
      new Proxies(List.of(new AddressRange("10.0.0.0/8"), new AddressRange("2001:db8::/32")));

  private static String client(String peer, String... forwarded) {
    return PROXIES.client(peer, List.of(forwarded));
  }

  @Test
  void nobodyElseIsBelieved() {
    assertThat(client("203.0.113.9", "198.51.100.1")).isEqualTo("203.0.113.9");
    assertThat(Proxies.NONE.client("10.0.0.1", List.of("198.51.100.1"))).isEqualTo("10.0.0.1");
  }

  @Test
  void theLastAddressThatIsNoProxysIsTheCallers() {
    assertThat(client("10.0.0.1", "198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(client("10.0.0.1", "198.51.100.1, 10.0.0.2")).isEqualTo("198.51.100.1");
    assertThat(client("10.0.0.1", "198.51.100.1", "10.0.0.2,2001:db8::5"))
        .isEqualTo("198.51.100.1");
    assertThat(client("2001:db8::1", "[2001:470::7]:443")).isEqualTo("2001:470::7");
    assertThat(client("10.0.0.1", "198.51.100.1:5000")).isEqualTo("198.51.100.1");
    assertThat(client("10.0.0.1")).isEqualTo("10.0.0.1");
  }

  @Test
  void whatTheCallerWroteItselfCountsForNothing() {
    assertThat(client("10.0.0.1", "192.0.2.1, 198.51.100.1")).isEqualTo("198.51.100.1");
    assertThat(client("10.0.0.1", "10.9.9.9, 198.51.100.1, 10.0.0.2")).isEqualTo("198.51.100.1");
  }

  @Test
  void nonsenseIsNobodysAddress() {
    AddressRange any = new AddressRange("0.0.0.0/0");
    for (String nonsense : List.of("", "unknown", "[", "1.2.3.4.5", "a, ")) {
      assertThat(any.contains(client("10.0.0.1", nonsense))).as(nonsense).isFalse();
    }
  }
}
