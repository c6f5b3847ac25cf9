package dev.fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code demo}, in a process of its own. */
final class DemoCommandTest {
  private static final Pattern KEY = Pattern.compile("key +(\\S+)");

  @TempDir private Path folder;

  @Test
  void theDemoIsAliveAndEndsInOrder() throws Exception {
    try (Running demo = Running.start(folder, "demo", "--port", "0")) {
      String url = demo.url();
      Running.until("traffic", () -> metrics(url).contains("fairlead_requests_total{code=\"200\""));
      Matcher key = KEY.matcher(demo.out());
      assertThat(key.find()).isTrue();
      for (String model : DemoTraffic.MODELS) {
        assertThat(Running.chat(url, key.group(1), model).statusCode()).as(model).isEqualTo(200);
      }
      Typed plan =
          Typed.type(
              "explain",
              "--url",
              url,
              "--key",
              key.group(1),
              "--model",
              "meta-llama/llama-3.3-70b-instruct");
      assertThat(plan.out()).contains("northwind|").contains("bluefin|").contains("driftwood|");
      demo.signal("INT");
      assertThat(demo.ended()).isZero();
      assertThat(demo.err()).doesNotContain("Exception");
    }
  }

  private static String metrics(String url) {
    try {
      return Running.get(url + "/metrics");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
