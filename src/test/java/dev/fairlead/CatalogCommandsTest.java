package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.config.ConfigReader;
import dev.fairlead.config.Problems;
import dev.fairlead.simulator.SimulatorCatalog;
import dev.fairlead.wire.JsonWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.ObjectMapper;

/** {@code models} and {@code providers} on a small catalog, against what was read by eye once. */
final class CatalogCommandsTest {
  private final Path data;

  CatalogCommandsTest(@TempDir Path data) {
    this.data = data;
  }

  private Typed type(String line, String... more) {
    List<String> words = new ArrayList<>(List.of(line.split(" ")));
    words.addAll(List.of("--data", data.toString()));
    words.addAll(List.of(more));
    return Typed.type(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @CsvSource({
    "models --author dune, models",
    "models show dune/sand, model",
    "models prices dune/sand, prices",
    "providers, providers",
    "providers show mesa, provider"
  })
  void eachDocumentHasThreeForms(String line, String golden) throws Exception {
    for (String format : List.of("table", "json", "yaml")) {
      Typed typed = type(line, "-o", format);
      assertThat(typed.err()).isEmpty();
      assertThat(typed.code()).isZero();
      assertThat(typed.out()).as(golden + "." + format).isEqualTo(expected(golden + "." + format));
    }
  }

  /** How many models the simulator shows is its own business. */
  private static String expected(String golden) throws IOException {
    int simulated = SimulatorCatalog.ENTRIES.size();
    return Typed.golden(golden)
        .replace("{simulated, right}", String.format(Locale.ROOT, "%9d", simulated))
        .replace("{simulated}", "" + simulated);
  }

  @ParameterizedTest
  @CsvSource({"models", "models show dune/sand", "models prices dune/sand", "providers"})
  void jsonAndYamlSayTheSame(String line) {
    Problems problems = new Problems();
    byte[] yaml = type(line, "-o", "yaml").out().getBytes(StandardCharsets.UTF_8);
    JsonWriter read = new JsonWriter();
    ConfigReader.readVerbatim("it", yaml, problems).writeTo(read);
    assertThat(problems.list()).isEmpty();
    ObjectMapper mapper = new ObjectMapper();
    assertThat(mapper.readTree(read.toBytes()))
        .isEqualTo(mapper.readTree(type(line, "-o", "json").out()));
  }

  @ParameterizedTest
  @CsvSource({
    "--provider mesa, dune/sand",
    "--free --author dune, dune/pebble",
    "--available --author dune, dune/pebble dune/sand",
    "--available --provider mesa, ''",
    "--author nobody, ''"
  })
  void filtersHoldTogether(String filters, String expected) {
    Typed typed = type("models " + filters, "-o", "json");
    List<String> ids = new ArrayList<>();
    new ObjectMapper().readTree(typed.out()).forEach(m -> ids.add(m.get("id").asString()));
    assertThat(String.join(" ", ids)).isEqualTo(expected);
  }

  @Test
  void aFilterByProviderPricesItsOwnOffersAlone() {
    assertThat(type("models --provider dune --author dune").out()).contains("2       10");
    assertThat(type("models --provider mesa").out()).contains("1.5        9");
  }

  @Test
  void noCredentialIsEverShown() {
    for (String format : List.of("table", "json", "yaml")) {
      Typed typed = type("providers", "-o", format);
      assertThat(typed.out()).contains("present").contains("missing");
      assertThat(typed.out() + typed.err()).doesNotContain("the-secret-of-dune");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "models show dune/snad, dune/sand",
    "models prices dune/peble, dune/pebble",
    "models --provider meza, mesa",
    "providers show dun, dune"
  })
  void whatIsNotThereIsNamedWithTheNearest(String line, String nearest) {
    Typed typed = type(line);
    assertThat(typed.code()).isEqualTo(5);
    assertThat(typed.err()).contains("did you mean `" + nearest + "`?");
    assertThat(typed.out()).isEmpty();
  }

  @Test
  void theConfigurationsOwnEndpointsBelongToTheCatalog() throws Exception {
    Path config = data.resolve("own.yaml");
    Files.writeString(
        config,
        """
        providers:
          shed: { name: Shed, base_url: "http://127.0.0.1:9/v1" }
        endpoints:
          - model: dune/sand
            provider: shed
            provider_model: s
            price: { prompt: 0.5, completion: 1 }
            context_length: 4096
        """);
    Typed typed = type("models show dune/sand", "--config", config.toString());
    assertThat(typed.out()).containsPattern("shed +0\\.5 +1 +4096 +- +yes");
  }

  @Test
  void aWrongConfigurationSaysWhereAndWhatToDo() throws Exception {
    Path config = data.resolve("wrong.yaml");
    Files.writeString(config, "server: { port: 1 }\nprovidrs: {}\n");
    for (String line : List.of("models", "providers", "explain --model dune/sand", "serve")) {
      Typed typed = type(line, "--config", config.toString());
      assertThat(typed.code()).isEqualTo(3);
      assertThat(typed.err()).contains("wrong.yaml:2").contains("did you mean `providers`?");
      assertThat(typed.out()).isEmpty();
    }
    Typed typed = type("models", "--config", data.resolve("none.yaml").toString());
    assertThat(typed.code()).isEqualTo(3);
    assertThat(typed.err()).contains("there is no configuration file");
  }

  @Test
  void checkTellsValidAndInvalidApart() throws Exception {
    Path config = data.resolve("c.json");
    Files.writeString(config, "{\"server\": {\"port\": 8181}}");
    assertThat(Typed.type("check", "--config", config.toString()).out())
        .endsWith("c.json: valid\n");
    Files.writeString(config, "{\"server\": {\"prot\": 8181}}");
    Typed typed = Typed.type("check", "--config", config.toString());
    assertThat(typed.code()).isEqualTo(3);
    assertThat(typed.err()).contains("c.json:1").contains("did you mean `port`?");
  }
}
