package dev.fairlead.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GatewayConfigTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("FAIRLEAD_KEY", "fl-test-0123456789abcdef", "PORT", "9090", "EMPTY", "");

  private final Problems problems = new Problems();

  private GatewayConfig read(String yaml) {
    return GatewayConfig.read(
        "fairlead.yaml", yaml.getBytes(UTF_8), Interpolation.of(ENVIRONMENT), problems);
  }

  private List<String> complaints(String yaml) {
    read(yaml);
    return problems.list().stream().map(ConfigProblem::toString).toList();
  }

  @Test
  void anEmptyFileIsAllDefaults() {
    assertThat(read("")).isEqualTo(GatewayConfig.DEFAULT);
    assertThat(read("# only a comment\n")).isEqualTo(GatewayConfig.DEFAULT);
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void everySectionIsRead() {
    GatewayConfig config =
        read(
            """
            server:   { host: 0.0.0.0, port: "${PORT}" }
            data:     jdbc:postgresql://db/fairlead
            keys:
              - { name: ci, key: "${FAIRLEAD_KEY}", limit: 25.00, limit_reset: monthly }
            limits: { body_bytes: 10MiB, header_fields: 64 }
            timeouts: { connect: 500ms, first_token: 1.5s, idle: 2m, total: 1h }
            retry: { max_attempts: 3, backoff: 100ms }
            stream_policy: continue
            routing: { sort: price, only: [openai, anthropic], quantizations: [fp8] }
            data_policy: { data_collection: deny, zdr: true }
            catalog: ./my-catalog
            providers: { openai: { base_url: http://127.0.0.1:9001/v1 } }
            endpoints: []
            """);
    assertThat(problems.list()).isEmpty();
    assertThat(config.server()).isEqualTo(new ServerConfig("0.0.0.0", 9090, List.of()));
    assertThat(config.data()).isEqualTo("jdbc:postgresql://db/fairlead");
    KeyConfig key = config.keys().get(0);
    assertThat(key.key().reveal()).isEqualTo("fl-test-0123456789abcdef");
    assertThat(key.limit()).contains(new BigDecimal("25.00"));
    assertThat(key.limitReset()).isEqualTo(dev.fairlead.money.Interval.MONTHLY);
    assertThat(config.limits().bodyBytes()).isEqualTo(10 << 20);
    assertThat(config.limits().headerBytes()).isEqualTo(LimitsConfig.DEFAULT.headerBytes());
    assertThat(config.timeouts().connect()).isEqualTo(Duration.ofMillis(500));
    assertThat(config.timeouts().firstToken()).isEqualTo(Duration.ofMillis(1500));
    assertThat(config.timeouts().total()).isEqualTo(Duration.ofHours(1));
    assertThat(config.retry().maxAttempts()).isEqualTo(3);
    assertThat(config.streamPolicy()).isEqualTo(StreamPolicy.CONTINUE);
    assertThat(config.routing().sort()).contains(RoutingConfig.Sort.PRICE);
    assertThat(config.routing().only()).containsExactly("openai", "anthropic");
    assertThat(config.dataPolicy()).isEqualTo(new PrivacyConfig(false, true));
    assertThat(config.catalog()).contains("./my-catalog");
    assertThat(config.providers()).isPresent();
    assertThat(config.endpoints()).isPresent();
  }

  @Test
  void jsonIsReadToo() {
    GatewayConfig config = read("{\n\t\"server\": {\"port\": 81, \"host\": \"::1\"}\n}\n");
    assertThat(problems.list()).isEmpty();
    assertThat(config.server()).isEqualTo(new ServerConfig("::1", 81, List.of()));
  }

  @Test
  void anUnknownKeySaysWhereItStandsAndWhatWasMeant() {
    assertThat(complaints("server:\n  host: localhost\n  prot: 80\n"))
        .containsExactly(
            "fairlead.yaml:3:3: `prot`: is not a key of `server`; did you mean `port`?");
  }

  @Test
  void aRetiredKeySaysWhatReplacesIt() {
    assertThat(complaints("database: x\n"))
        .containsExactly(
            "fairlead.yaml:1:1: `database`: is retired; write `data: jdbc:postgresql://host/name`");
  }

  @Test
  void allProblemsAreFoundInOneRun() {
    assertThat(
            complaints(
                """
                server: { port: eighty }
                timeouts: { idle: 30 }
                stream_policy: contine
                limits: 5
                retry: { max_attempts: 0 }
                """))
        .hasSize(5)
        .anySatisfy(c -> assertThat(c).contains(":1:17:", "`server.port`", "whole number"))
        .anySatisfy(c -> assertThat(c).contains(":2:19:", "30s"))
        .anySatisfy(c -> assertThat(c).contains(":3:16:", "did you mean `continue`?"))
        .anySatisfy(c -> assertThat(c).contains(":4:9:", "must be a mapping"))
        .anySatisfy(c -> assertThat(c).contains(":5:24:", "between 1 and 50"));
  }

  @Test
  void aDuplicateKeyIsToldWithBothLines() {
    assertThat(complaints("data: a\ndata: b\n"))
        .containsExactly("fairlead.yaml:2:1: `data`: stands here twice, first in line 1; keep one");
  }

  @Test
  void brokenYamlIsOneProblemWithItsLine() {
    assertThat(complaints("server: { host: a\ndata: b\n")).hasSize(1);
    assertThat(problems.list().get(0).line()).isEqualTo(2);
  }

  @Test
  void bytesThatAreNoTextAreAProblem() {
    GatewayConfig.read(
        "f.yaml", new byte[] {'a', (byte) 0xff}, Interpolation.of(Map.of()), problems);
    assertThat(problems.list().get(0).why()).isEqualTo("is not UTF-8");
  }

  @Test
  void aShortKeyIsRefusedWithoutBeingShown() {
    List<String> found = complaints("keys:\n  - { name: a, key: topsecret }\n");
    assertThat(found).hasSize(1);
    assertThat(found.get(0)).contains("shorter than 16").doesNotContain("topsecret");
  }

  @Test
  void whatComesFromTheEnvironmentIsNeverShown() {
    List<String> found = complaints("server: { port: \"${FAIRLEAD_KEY}\" }\n");
    assertThat(found).hasSize(1);
    assertThat(found.get(0)).contains("`server.port`", "••••").doesNotContain("0123456789abcdef");
    assertThat(read("keys: [{name: a, key: \"${FAIRLEAD_KEY}\"}]").toString())
        .doesNotContain("0123456789abcdef");
  }

  @Test
  void anUnsetVariableIsAProblemUnlessThereIsADefault() {
    assertThat(complaints("data: ${NOWHERE}\n"))
        .containsExactly(
            "fairlead.yaml:1:7: ${NOWHERE}: the environment variable is not set;"
                + " set NOWHERE, or write ${NOWHERE:-} when it may be absent");
    assertThat(read("data: ${NOWHERE:-./here}").data()).isEqualTo("./here");
    assertThat(read("data: ${NOWHERE:-}").data()).isEqualTo("./data");
    assertThat(read("data: ${EMPTY:-${NOWHERE:-deep}}/x").data()).isEqualTo("deep/x");
    assertThat(problems.list()).hasSize(1);
  }

  @Test
  void aRequiredVariableBringsItsOwnMessage() {
    assertThat(complaints("data: ${NOWHERE:?say where the data is}\n").get(0))
        .contains("say where the data is");
  }

  @Test
  void dollarsCanBeWritten() {
    assertThat(read("data: a$$b$c").data()).isEqualTo("a$b$c");
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void anUnclosedOrStrangeInterpolationIsAProblem() {
    assertThat(complaints("data: ${OPEN\n").get(0)).contains("never closed");
    assertThat(complaints("catalog: ${a-b}\n").get(1)).contains("is none of");
  }

  @Test
  void aFileCanHoldAValue(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("secret"), "from-a-file\n");
    assertThat(read("data: ${file:" + file + "}").data()).isEqualTo("from-a-file");
    assertThat(complaints("data: ${file:" + folder.resolve("none") + "}")).hasSize(1);
  }

  @Test
  void twoKeysOfOneNameAreAProblem() {
    assertThat(
            complaints(
                """
                keys:
                  - { name: a, key: 0123456789abcdef0 }
                  - { name: a, key: 0123456789abcdef1 }
                """))
        .singleElement()
        .asString()
        .contains("fairlead.yaml:3:13:", "another key");
  }

  @Test
  void aSecretNeverPrintsItself() {
    Secret secret = new Secret("sk-very-secret");
    assertThat(secret.toString()).isEqualTo("••••");
    assertThat(List.of(secret).toString()).doesNotContain("sk-very");
    assertThat(secret.reveal()).isEqualTo("sk-very-secret");
  }

  @Test
  void distancesCountSwappedNeighboursOnce() {
    assertThat(Suggestion.distance("prot", "port")).isEqualTo(1);
    assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
    assertThat(Suggestion.nearest("zzzz", List.of("host", "port"))).isEmpty();
  }

  @Test
  void rateLimitsAreRead() {
    GatewayConfig config =
        read(
            """
            rate_limits:
              - { name: trial, scope: key, only: [trial-key], requests: 100, per: minute }
              - { name: free, scope: workspace, requests: 50, per: day, free_models: true }
              - { name: dear, scope: end_user, cost: 2.50, per: hour }
              - { name: at-once, scope: model, only: openai/gpt-5, concurrency: 8 }
              - { name: out, scope: provider, output_tokens: 1_000_000, per: day }
            """);
    assertThat(problems.list()).isEmpty();
    assertThat(config.rateLimits())
        .containsExactly(
            new RateLimitConfig(
                "trial",
                "key",
                List.of("trial-key"),
                Measure.REQUESTS,
                new BigDecimal(100),
                Optional.of(Per.MINUTE),
                false),
            new RateLimitConfig(
                "free",
                "workspace",
                List.of(),
                Measure.REQUESTS,
                new BigDecimal(50),
                Optional.of(Per.DAY),
                true),
            new RateLimitConfig(
                "dear",
                "end_user",
                List.of(),
                Measure.COST,
                new BigDecimal("2.50"),
                Optional.of(Per.HOUR),
                false),
            new RateLimitConfig(
                "at-once",
                "model",
                List.of("openai/gpt-5"),
                Measure.CONCURRENCY,
                new BigDecimal(8),
                Optional.empty(),
                false),
            new RateLimitConfig(
                "out",
                "provider",
                List.of(),
                Measure.OUTPUT_TOKENS,
                new BigDecimal(1_000_000),
                Optional.of(Per.DAY),
                false));
  }

  @Test
  void aRateLimitThatMakesNoSenseIsAProblemWithItsLine() {
    assertThat(
            complaints(
                """
                rate_limits:
                  - { name: a, scope: kye, requests: 1, per: minute }
                  - { name: b, scope: key, requests: 1, tokens: 2, per: minute }
                  - { name: c, scope: key, per: minute }
                  - { name: d, scope: key, requests: 1 }
                  - { name: e, scope: key, concurrency: 1, per: hour }
                  - { name: a, scope: tags, request: 1, per: week }
                  - { name: f, scope: key, cost: 20000000, per: day, only: [] }
                  - { scope: key, requests: -1, per: day }
                """))
        .satisfiesExactlyInAnyOrder(
            it -> assertThat(it).contains(":2:").contains("did you mean `key`?"),
            it ->
                assertThat(it)
                    .contains("`rate_limits[1].tokens`: stands beside `requests`")
                    .contains("write an entry for each measure"),
            it -> assertThat(it).contains("`rate_limits[2].requests`: is missing"),
            it -> assertThat(it).contains("`rate_limits[3].per`: is missing"),
            it -> assertThat(it).contains("`rate_limits[4].per`: has no meaning for concurrency"),
            it -> assertThat(it).contains("`rate_limits[5].scope`"),
            it -> assertThat(it).contains("`request`").contains("did you mean `requests`?"),
            it -> assertThat(it).contains("`rate_limits[5].requests`: is missing"),
            it -> assertThat(it).contains("`rate_limits[5].per`").contains("`week` is none of"),
            it -> assertThat(it).contains("is the name of another rate limit too"),
            it -> assertThat(it).contains("is more than 1000000 USD"),
            it -> assertThat(it).contains("`rate_limits[6].only`: is empty"),
            it -> assertThat(it).contains("`rate_limits[7].name`: is missing"),
            it -> assertThat(it).contains("must be between 0 and 1000000000000000"));
  }
}
