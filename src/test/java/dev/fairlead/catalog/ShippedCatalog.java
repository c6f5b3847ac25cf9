package dev.fairlead.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;

/** The catalog folder of this project, read once for all tests. */
final class ShippedCatalog {
  private static final CatalogLoader.Loaded LOADED = CatalogLoader.folder(Path.of("catalog"));

  private ShippedCatalog() {}

  static Catalog catalog() {
    assertThat(LOADED.problems()).isEmpty();
    return LOADED.catalog();
  }
}
