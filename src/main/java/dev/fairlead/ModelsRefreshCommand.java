package dev.fairlead;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.catalog.refresh.Difference;
import dev.fairlead.catalog.refresh.PublicList;
import dev.fairlead.catalog.refresh.Refresh;
import dev.fairlead.http.Headers;
import dev.fairlead.wire.JsonWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Compares a public list of models and prices with the catalog, shows the difference, and on demand
 * keeps it in the data folder, where it lies under everything that is configured locally.
 */
@Command(
    name = "refresh",
    description = {
      "Show what a public list of models and prices would change; --apply keeps it.",
      "Lists of models.dev, LiteLLM and OpenRouter (GET /models) are recognized."
    },
    mixinStandardHelpOptions = true)
final class ModelsRefreshCommand implements Callable<Integer> {
  private static final int LARGEST_BYTES = 64 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Shell shell;
  private final InstantSource clock = InstantSource.system();
  @Mixin private final Stock stock = new Stock();
  @Mixin private final Output output = new Output();

  @Parameters(paramLabel = "FILE|URL", description = "As in https://models.dev/api.json.")
  private String source = "";

  @Option(names = "--apply", description = "Keep the changes in the data folder.")
  private boolean apply;

  ModelsRefreshCommand(Shell shell) {
    this.shell = shell;
  }

  @Override
  public Integer call() throws Failure, IOException {
    Path overlay = stock.refreshed(shell);
    Catalog shipped = shell.shipped().catalog();
    Catalog current = Stock.refreshed(shipped, overlay);
    PublicList list =
        PublicList.read(read())
            .orElseThrow(
                () ->
                    new Failure(
                        Main.FAILURE, source + " is no list of models.dev, LiteLLM or OpenRouter"));
    Refresh refresh = new Refresh(shipped, current, list, clock.instant());
    Difference difference = refresh.difference();
    JsonWriter out = new JsonWriter();
    difference.writeTo(out);
    output.print(
        shell,
        out,
        document -> difference.isEmpty() ? "" : Column.table(document.get("changes"), CHANGES));
    if (apply) {
      keep(refresh, shipped, overlay);
    }
    shell.say(told(list, difference, overlay));
    return Main.OK;
  }

  private String told(PublicList list, Difference difference, Path overlay) {
    String found =
        list.size() + " offers in the list, " + difference.changes().size() + " differences";
    return apply
        ? found + "; kept in " + overlay + ". A running gateway takes them on SIGHUP"
        : found + (difference.isEmpty() ? "" : "; nothing was changed: --apply keeps them");
  }

  /** What cannot be read back must not be left for the next start to stumble over. */
  private static void keep(Refresh refresh, Catalog shipped, Path overlay)
      throws Failure, IOException {
    CatalogLoader.Loaded loaded =
        CatalogLoader.over(shipped, overlay.toString(), refresh.overlay().getBytes(UTF_8));
    if (!loaded.problems().isEmpty()) {
      throw Failure.of(loaded.problems());
    }
    Path folder = overlay.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    refresh.store(overlay);
  }

  private byte[] read() throws Failure, IOException {
    if (source.startsWith("http://") || source.startsWith("https://")) {
      return fetched(Caller.address(source));
    }
    Path file = Path.of(source);
    if (!Files.isRegularFile(file)) {
      throw new Failure(Main.NOT_FOUND, "there is no file " + source);
    }
    if (Files.size(file) > LARGEST_BYTES) {
      throw new Failure(Main.FAILURE, source + " is larger than " + LARGEST_BYTES + " bytes");
    }
    return Files.readAllBytes(file);
  }

  private byte[] fetched(URI address) throws Failure {
    try (Caller caller = Caller.towards(address, LARGEST_BYTES)) {
      Caller.Answer answer =
          caller.call("GET", address, Headers.of("accept", "application/json"), "", PATIENCE);
      if (answer.status() != 200) {
        String where = answer.headers().get("location").map(l -> ", see " + l).orElse("");
        throw new Failure(
            answer.status() == 404 ? Main.NOT_FOUND : Main.UPSTREAM,
            address + " answered " + answer.status() + where);
      }
      return answer.body();
    }
  }

  private static final java.util.List<Column> CHANGES =
      java.util.List.of(
          Column.text("CHANGE", "change"),
          Column.text("PROVIDER", "provider"),
          Column.text("MODEL", "model"),
          Column.text("WHAT", "what"),
          Column.number("BEFORE", "before"),
          Column.text("AFTER", "after"));
}
