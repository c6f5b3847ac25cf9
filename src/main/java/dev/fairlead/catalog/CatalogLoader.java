package dev.fairlead.catalog;

import dev.fairlead.config.ConfigProblem;
import dev.fairlead.config.ConfigReader;
import dev.fairlead.config.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where catalogs come from: the compiled document in the jar, or folders of YAML. Reading YAML
 * takes a second or more, reading the compiled form milliseconds, so the former is for builds,
 * tests and a user's few files.
 */
public final class CatalogLoader {
  /** The compiled catalog's name on the class path. */
  public static final String COMPILED = "catalog.json";

  private CatalogLoader() {}

  /** A catalog, and what was wrong with its sources: with any problem it must not be used. */
  public record Loaded(Catalog catalog, List<ConfigProblem> problems) {
    public Loaded {
      problems = List.copyOf(problems);
    }
  }

  /** The catalog that came with the program: compiled when it was built so, else from YAML. */
  public static Catalog shipped() throws IOException {
    ClassLoader loader = CatalogLoader.class.getClassLoader();
    try (InputStream in = loader.getResourceAsStream(COMPILED)) {
      if (in != null) {
        return compiled(in);
      }
    }
    URL folder = loader.getResource("catalog/providers");
    if (folder == null) {
      throw new IOException("the program was built without a catalog");
    }
    Loaded loaded = classPath(folder);
    if (!loaded.problems().isEmpty()) {
      throw new IOException("the shipped catalog is damaged: " + loaded.problems().get(0));
    }
    return loaded.catalog();
  }

  private static Loaded classPath(URL providers) throws IOException {
    try {
      URI uri = providers.toURI();
      if (!uri.getScheme().equals("jar")) {
        return folder(Path.of(uri).resolveSibling("").normalize());
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.<String, Object>of())) {
        return folder(jar.getPath("catalog"));
      }
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  /** A compiled catalog. The stream is read to its end and not closed. */
  public static Catalog compiled(InputStream in) throws IOException {
    return CompiledReader.read(in.readAllBytes());
  }

  /** The compiled form of a catalog, for {@link #compiled}. */
  public static byte[] compile(Catalog catalog) {
    return CompiledWriter.bytes(catalog);
  }

  /** A whole catalog out of a folder with {@code providers/} and {@code models/}. */
  public static Loaded folder(Path folder) {
    Problems problems = new Problems();
    Draft draft = new Draft(Catalog.EMPTY);
    new Layer(draft, problems, false).folder(folder);
    return new Loaded(draft.build(), problems.list());
  }

  /** A user's folder of the same layout, laid over a catalog. */
  public static Loaded over(Catalog base, Path folder) {
    Problems problems = new Problems();
    Draft draft = new Draft(base);
    new Layer(draft, problems, true).folder(folder);
    return new Loaded(draft.build(), problems.list());
  }

  /**
   * An overlay that a refresh wrote, laid over a catalog. Entries for providers or models that are
   * gone since are passed over: the file outlives the release that it was made for.
   */
  public static Loaded over(Catalog base, String file, byte[] overlay) {
    Problems problems = new Problems();
    Draft draft = new Draft(base);
    new Layer(draft, problems, true).overlay(ConfigReader.readVerbatim(file, overlay, problems));
    return new Loaded(draft.build(), problems.list());
  }
}
