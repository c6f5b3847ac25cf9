package dev.fairlead;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogLoader;
import dev.fairlead.catalog.Model;
import dev.fairlead.catalog.Provider;
import dev.fairlead.config.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The catalog and the configuration as a gateway that started here would have them. */
final class Stock {
  @Option(names = "--config", paramLabel = "FILE", description = "Default: ./fairlead.yaml if any.")
  private Optional<Path> config = Optional.empty();

  @Option(names = "--data", paramLabel = "DIR", description = "Folder of the data files.")
  private Optional<String> data = Optional.empty();

  /** All layers: what was shipped, refreshed and configured. */
  Live open(Shell shell) throws Failure {
    ConfigFile file = ConfigFile.good(config, shell);
    try {
      Live.Built built =
          Live.build(
              file.config(),
              shell.shipped().catalog(),
              Optional.of(folder(file)),
              Simulated::addTo,
              shell.environment());
      return built.live().orElseThrow(() -> Failure.of(built.problems()));
    } catch (IOException e) {
      throw new Failure(Main.FAILURE, String.valueOf(e.getMessage()));
    }
  }

  /** The data folder; beside a database, that of what a node keeps for itself. */
  private Path folder(ConfigFile file) {
    String where = data.orElse(file.config().data());
    return Path.of(Stores.isDatabase(where) ? file.config().cluster().nodeData() : where);
  }

  /** Where the results of a refresh stand. */
  Path refreshed(Shell shell) throws Failure {
    return folder(ConfigFile.good(config, shell)).resolve(Live.REFRESHED);
  }

  /** The shipped catalog under the last refresh, without anything local. */
  static Catalog refreshed(Catalog shipped, Path overlay) throws Failure, IOException {
    if (!Files.exists(overlay)) {
      return shipped;
    }
    CatalogLoader.Loaded loaded =
        CatalogLoader.over(shipped, overlay.toString(), Files.readAllBytes(overlay));
    if (!loaded.problems().isEmpty()) {
      throw Failure.of(loaded.problems());
    }
    return loaded.catalog();
  }

  static Model model(Catalog catalog, String name) throws Failure {
    return catalog
        .model(name)
        .orElseThrow(
            () -> missing("model", name, catalog.models().stream().map(Model::id).toList()));
  }

  static Provider provider(Catalog catalog, String slug) throws Failure {
    return catalog
        .provider(slug)
        .orElseThrow(
            () ->
                missing(
                    "provider", slug, catalog.providers().stream().map(Provider::slug).toList()));
  }

  private static Failure missing(String what, String name, Collection<String> known) {
    String hint =
        Suggestion.nearest(name, known)
            .map(near -> "; did you mean `" + near + "`?")
            .orElse("; `fairlead " + what + "s` lists them");
    return new Failure(Main.NOT_FOUND, "no " + what + " `" + name + "`" + hint);
  }
}
