package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code models refresh}: shown first, kept on demand, never over what is configured. */
final class ModelsRefreshTest {
  private static final String LIST =
      """
      {"sand-in-litellm": {"litellm_provider": "mesa", "mode": "chat", "max_input_tokens": 1},
       "mesa/sand-large": {"litellm_provider": "mesa", "mode": "chat",
         "input_cost_per_token": 2.5e-06, "output_cost_per_token": 9e-06,
         "max_input_tokens": 120000, "max_output_tokens": 4000}}
      """;

  @TempDir private Path folder;
  private Path data;
  private Path list;

  @BeforeEach
  void write() throws Exception {
    data = folder.resolve("data");
    list = folder.resolve("list.json");
    Files.writeString(list, LIST);
  }

  private Typed refresh(String source, String... more) {
    String[] words = {"models", "refresh", source, "--data", data.toString()};
    String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Typed.type(all);
  }

  @Test
  void theDifferenceIsShownAndNothingIsChanged() throws Exception {
    Typed typed = refresh(list.toString());
    assertThat(typed.code()).isZero();
    assertThat(typed.out()).isEqualTo(Typed.golden("refresh.table"));
    assertThat(typed.err()).contains("2 differences").contains("--apply");
    assertThat(data).doesNotExist();
    assertThat(refresh(list.toString(), "-o", "yaml").out())
        .isEqualTo(Typed.golden("refresh.yaml"));
  }

  @Test
  void applyKeepsTheDifferenceAndTheNextRefreshFindsNone() {
    assertThat(refresh(list.toString(), "--apply").code()).isZero();
    assertThat(data.resolve("catalog-refreshed.yaml")).isRegularFile();

    Typed shown = Typed.type("models", "show", "dune/sand", "--data", data.toString());
    assertThat(shown.out()).containsPattern("mesa +2\\.5 +9 +120000");
    Typed prices = Typed.type("models", "prices", "dune/sand", "--data", data.toString());
    assertThat(prices.out()).containsPattern("mesa +always +no +prompt +1\\.5");

    Typed again = refresh(list.toString());
    assertThat(again.out()).isEmpty();
    assertThat(again.err()).contains("0 differences");
  }

  @Test
  void whatIsConfiguredStandsAboveARefresh() throws Exception {
    Path config = folder.resolve("own.yaml");
    Files.writeString(
        config,
        """
        endpoints:
          - { model: dune/sand, provider: mesa, provider_model: sand-large, price: { prompt: 1.1, completion: 2.2 } }
        """);
    refresh(list.toString(), "--apply", "--config", config.toString());
    Typed shown =
        Typed.type(
            "models",
            "show",
            "dune/sand",
            "--data",
            data.toString(),
            "--config",
            config.toString());
    assertThat(shown.out()).containsPattern("mesa +1\\.1 +2\\.2");
  }

  @Test
  void whatIsNoListIsRefused() throws Exception {
    Files.writeString(list, "[1, 2]");
    Typed typed = refresh(list.toString(), "--apply");
    assertThat(typed.code()).isEqualTo(1);
    assertThat(typed.err()).contains("is no list of models.dev, LiteLLM or OpenRouter");
    assertThat(data).doesNotExist();
    assertThat(refresh(folder.resolve("none.json").toString()).code()).isEqualTo(5);
  }

  @Test
  void aListIsFetchedFromAnAddress() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer(server, "/list", 200, LIST);
    answer(server, "/broken", 503, "no");
    server.start();
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    try {
      assertThat(refresh(base + "/list").out()).isEqualTo(Typed.golden("refresh.table"));
      assertThat(refresh(base + "/nothing").code()).isEqualTo(5);
      Typed broken = refresh(base + "/broken");
      assertThat(broken.code()).isEqualTo(6);
      assertThat(broken.err()).contains("answered 503");
    } finally {
      server.stop(0);
    }
    Typed gone = refresh(base + "/list");
    assertThat(gone.code()).isEqualTo(6);
    assertThat(gone.err()).contains("cannot be called");
    assertThat(refresh("http://").code()).isEqualTo(2);
  }

  private static void answer(HttpServer server, String path, int status, String body) {
    server.createContext(
        path,
        exchange -> {
          exchange.sendResponseHeaders(status, body.length());
          exchange.getResponseBody().write(body.getBytes(UTF_8));
          exchange.close();
        });
  }
}
