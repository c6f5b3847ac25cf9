package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairlead.store.Claim;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve}, from its start to its end, in a process of its own. */
final class ServeCommandTest {
  private static final Pattern INFERENCE = Pattern.compile("inference key +(\\S+)");

  private final Path folder;

  ServeCommandTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private Running serve(String... more) throws Exception {
    String[] words = {"serve", "--port", "0", "--data", folder.resolve("data").toString()};
    String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return Running.start(folder, all);
  }

  @Test
  void theFirstStartShowsKeysOnceAndTheSecondOnlyThatItIsReady() throws Exception {
    String key;
    try (Running first = serve()) {
      String url = first.url();
      Running.until("a curl", () -> first.out().contains("curl " + url));
      Matcher matcher = INFERENCE.matcher(first.out());
      assertThat(matcher.find()).isTrue();
      key = matcher.group(1);
      assertThat(first.out()).contains("management key").contains("Bearer " + key);
      assertThat(Running.chat(url, key, "sim/echo").statusCode()).isEqualTo(200);
      first.signal("TERM");
      assertThat(first.ended()).isZero();
    }
    try (Running second = serve()) {
      String url = second.url();
      assertThat(Running.chat(url, key, "sim/echo").statusCode()).isEqualTo(200);
      assertThat(second.out()).isEqualTo("fairlead ready " + url + "\n");
      second.signal("INT");
      assertThat(second.ended()).isZero();
    }
  }

  @Test
  void whatIsUnderWayEndsBeforeTheProcessDoes() throws Exception {
    Path config = folder.resolve("c.yaml");
    Files.writeString(config, "keys: [{ name: t, key: a-fixed-key-for-tests }]\n");
    try (Running running = serve("--config", config.toString())) {
      String url = running.url();
      HttpResponse<InputStream> answer =
          Running.stream(url, "a-fixed-key-for-tests", "sim/words-60");
      running.signal("TERM"); // the head is here, most of the words are not
      String text = new String(answer.body().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(text).contains("\"finish_reason\":\"stop\"").endsWith("data: [DONE]\n\n");
      assertThat(running.ended()).isZero();
    }
  }

  @Test
  void sighupTakesTheFileAgain() throws Exception {
    Path config = folder.resolve("c.json");
    Files.writeString(
        config, "{\"keys\": [{\"name\": \"t\", \"key\": \"a-fixed-key-for-tests\"}]}");
    try (Running running = serve("--config", config.toString())) {
      String url = running.url();
      assertThat(Running.chat(url, "a-fixed-key-for-tests", "sim/echo").statusCode())
          .isEqualTo(200);
      running.signal("HUP");
      Running.until("told", () -> running.err().contains("the configuration was taken"));
      assertThat(Running.chat(url, "a-fixed-key-for-tests", "sim/echo").statusCode())
          .isEqualTo(200);
      running.signal("TERM");
      assertThat(running.ended()).isZero();
    }
  }

  @Test
  void aDataFolderInUseIsTold() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    try (Claim taken = Claim.take(data)) {
      Typed typed = Typed.type("serve", "--port", "0", "--data", data.toString());
      assertThat(typed.code()).as("beside %s", taken).isEqualTo(1);
      assertThat(typed.err()).startsWith("fairlead: another process uses the data folder " + data);
    }
  }

  @Test
  void aPortInUseIsToldAndLeavesNoUnseenKeyBehind() throws Exception {
    String data = folder.resolve("data").toString();
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String port = "" + taken.getLocalPort();
      Typed typed = Typed.type("serve", "--port", port, "--data", data);
      assertThat(typed.code()).isEqualTo(1);
      assertThat(typed.err())
          .isEqualTo(
              "fairlead: cannot listen on 127.0.0.1:"
                  + port
                  + ": the port is in use; name another with --port\n");
      assertThat(typed.out()).isEmpty();
    }
    try (Running next = serve()) {
      next.url();
      Running.until("keys", () -> INFERENCE.matcher(next.out()).find());
    }
  }

  @Test
  void portsBeyondAllPortsAreRefused() {
    assertThat(Typed.type("serve", "--port", "70000", "--data", folder.toString()).code())
        .isEqualTo(2);
    assertThat(Typed.type("sim", "--port", "70000").code()).isEqualTo(2);
  }

  @Test
  void aDatabaseThatCannotBeUsedIsToldWithoutItsPassword() {
    assertThat(Typed.type("serve", "--data", "jdbc:mysql://db/x").code()).isEqualTo(3);
    Typed typed =
        Typed.type(
            "serve",
            "--port",
            "0",
            "--data",
            "jdbc:postgresql://127.0.0.1:1/x?user=u&password=s3cret",
            "--node-data",
            folder.toString());
    assertThat(typed.code()).isEqualTo(1);
    assertThat(typed.err())
        .contains("cannot open the database jdbc:postgresql://127.0.0.1:1/x: Connection")
        .doesNotContain("s3cret");
  }
}
