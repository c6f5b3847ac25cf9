package dev.fairlead;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogLoader;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A command line that was typed: its exit code and what it wrote, over a small catalog. */
record Typed(int code, String out, String err) {
  static final Map<String, String> ENVIRONMENT = Map.of("DUNE_API_KEY", "the-secret-of-dune");

  static Typed type(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.commandLine(shell(out, err, ENVIRONMENT)).execute(words);
    return new Typed(code, lines(out), lines(err));
  }

  static Shell shell(StringWriter out, StringWriter err, Map<String, String> environment) {
    return new Shell(
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        name -> Optional.ofNullable(environment.get(name)),
        Typed::catalog);
  }

  static Catalog catalog() {
    CatalogLoader.Loaded loaded = CatalogLoader.folder(Path.of("src/test/resources/cli/catalog"));
    if (!loaded.problems().isEmpty()) {
      throw new IllegalStateException(loaded.problems().toString());
    }
    return loaded.catalog();
  }

  /** A golden file, by its name. */
  static String golden(String name) throws IOException {
    try (InputStream in = Typed.class.getResourceAsStream("/cli/golden/" + name)) {
      return in == null
          ? "(no file " + name + ")"
          : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String lines(StringWriter text) {
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
