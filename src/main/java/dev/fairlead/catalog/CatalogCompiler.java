package dev.fairlead.catalog;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Run at build time: reads a catalog folder and writes the compiled catalog. */
public final class CatalogCompiler {
  private CatalogCompiler() {}

  /**
   * @param args the catalog folder and the file to write
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 2) {
      throw new IllegalArgumentException("usage: CatalogCompiler CATALOG-FOLDER OUTPUT-FILE");
    }
    CatalogLoader.Loaded loaded = CatalogLoader.folder(Path.of(args[0]));
    if (!loaded.problems().isEmpty()) {
      StringBuilder all = new StringBuilder("the catalog has problems:");
      loaded.problems().forEach(p -> all.append("\n  ").append(p));
      throw new IllegalStateException(all.toString());
    }
    Path output = Path.of(args[1]);
    Path parent = output.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.write(output, CatalogLoader.compile(loaded.catalog()));
  }
}
