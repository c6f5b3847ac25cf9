package dev.fairlead.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CatalogCompilerTest {
  private final Path folder;

  CatalogCompilerTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void itWritesTheCompiledCatalog() throws Exception {
    Path output = folder.resolve("deep/catalog.json");
    CatalogCompiler.main(new String[] {"catalog", output.toString()});
    try (InputStream in = Files.newInputStream(output)) {
      assertThat(CatalogLoader.compiled(in).version())
          .isEqualTo(ShippedCatalog.catalog().version());
    }
  }

  @Test
  void aCatalogWithProblemsIsNotCompiled() throws Exception {
    Files.createDirectories(folder.resolve("providers"));
    Files.writeString(folder.resolve("providers/x.yaml"), "name: X\n");
    assertThatThrownBy(
            () ->
                CatalogCompiler.main(
                    new String[] {folder.toString(), folder.resolve("out.json").toString()}))
        .hasMessageContaining("`base_url`: is missing");
    assertThat(folder.resolve("out.json")).doesNotExist();
  }

  @Test
  void theShippedCatalogIsFoundOnTheClassPath() throws Exception {
    assertThat(CatalogLoader.shipped().version()).isEqualTo(ShippedCatalog.catalog().version());
  }
}
