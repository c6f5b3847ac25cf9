package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.GatewayConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** {@code explain}: the gateway's own plan, without a call. */
final class ExplainCommandTest {
  private static final String KEY = "a-fixed-key-for-tests";

  @TempDir private Path data;

  private Typed explain(String... more) {
    List<String> words = new java.util.ArrayList<>(List.of("explain", "--data", data.toString()));
    words.addAll(List.of(more));
    return Typed.type(words.toArray(String[]::new));
  }

  @Test
  void thePlanIsATableOfEverybodyWithAReason() throws Exception {
    Typed typed = explain("--model", "dune/sand");
    assertThat(typed.err()).isEmpty();
    assertThat(typed.code()).isZero();
    assertThat(typed.out()).isEqualTo(Typed.golden("explain.table"));
  }

  @Test
  void theSameRequestHasTheSamePlanUnlessAnotherSeedIsNamed() {
    String[] request = {"--model", "dune/sand", "--assume-credentials", "-o", "json", "--seed", ""};
    java.util.Set<String> firsts = new java.util.HashSet<>();
    for (int seed = 0; seed < 40; seed++) {
      request[request.length - 1] = "" + seed;
      firsts.add(first(explain(request).out()));
      assertThat(first(explain(request).out())).isEqualTo(first(explain(request).out()));
    }
    assertThat(firsts).containsExactlyInAnyOrder("dune|dune/sand", "mesa|dune/sand");
  }

  private static String first(String json) {
    JsonNode candidate = new ObjectMapper().readTree(json).at("/candidates/0");
    assertThat(candidate.get("rank").asInt()).isEqualTo(1);
    return candidate.get("endpoint").asString();
  }

  @Test
  void aFileMayHoldTheWholeRequest() throws Exception {
    Path file = data.resolve("request.json");
    Files.writeString(
        file,
        """
        {"model": "dune/sand", "messages": [{"role": "user", "content": "Hi"}],
         "provider": {"only": ["mesa"]}}
        """);
    Typed typed = explain("--file", file.toString(), "--assume-credentials");
    assertThat(typed.code()).isZero();
    assertThat(typed.out())
        .contains("1 in the plan, 1 not")
        .containsPattern("- +dune\\|dune/sand +allowed_providers +request");

    Files.writeString(file, "{\"model\": \"dune/sand\", ");
    Typed broken = explain("--file", file.toString());
    assertThat(broken.code()).isEqualTo(2);
    assertThat(broken.err()).contains("the request is no JSON");
  }

  @Test
  void nobodyToAskIsNotFoundAndStillExplained() {
    Typed unknown = explain("--model", "dune/silt");
    assertThat(unknown.code()).isEqualTo(5);
    assertThat(unknown.err()).contains("dune/silt");

    Typed barred = explain("--model", "dune/sand", "--config", config("routing: { only: [mesa] }"));
    assertThat(barred.code()).isEqualTo(5);
    assertThat(barred.out())
        .contains("allowed_providers")
        .contains("config")
        .contains("credential");
  }

  private String config(String text) {
    try {
      return Files.writeString(data.resolve("c.yaml"), text).toString();
    } catch (java.io.IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneOfModelAndFileMustBeNamed() {
    assertThat(explain().code()).isEqualTo(2);
    assertThat(explain("--model", "a/b", "--file", "x").code()).isEqualTo(2);
  }

  @Test
  void aRunningGatewayExplainsForItself() throws Exception {
    try (Gateway gateway =
        Gateway.start(
            new Gateway.Start(
                GatewayConfig.DEFAULT,
                "127.0.0.1",
                0,
                data,
                name -> Optional.of(KEY).filter(key -> name.equals("FAIRLEAD_KEY")),
                true))) {
      String url = "http://127.0.0.1:" + gateway.port();
      for (String base : List.of(url, url + "/", url + "/v1", url + "/api/v1/")) {
        Typed typed = explain("--url", base, "--key", KEY, "--model", "sim/echo");
        assertThat(typed.err()).isEmpty();
        assertThat(typed.out()).contains("1 in the plan").contains("simulator|sim/echo");
      }
      Typed stranger = explain("--url", url, "--key", "not-a-key-of-ours", "--model", "sim/echo");
      assertThat(stranger.code()).isEqualTo(4);
      assertThat(explain("--url", url, "--model", "sim/echo").code()).isEqualTo(4);
      Typed unknown = explain("--url", url, "--key", KEY, "--model", "no/such");
      assertThat(unknown.code()).isEqualTo(5);
      assertThat(unknown.out() + unknown.err()).doesNotContain(KEY);
    }
    Typed gone = explain("--url", "http://127.0.0.1:1", "--key", KEY, "--model", "sim/echo");
    assertThat(gone.code()).isEqualTo(6);
  }
}
