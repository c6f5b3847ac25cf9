package dev.fairlead;

import dev.fairlead.catalog.Catalog;
import dev.fairlead.catalog.CatalogLoader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a command finds around it.
 *
 * @param out for results
 * @param err for messages
 * @param environment the process's variables, by name
 * @param shipped the catalog that came with the program
 */
record Shell(
    PrintWriter out,
    PrintWriter err,
    Function<String, Optional<String>> environment,
    Shipped shipped) {

  /** Reads the catalog when a command wants it. */
  @FunctionalInterface
  interface Shipped {
    Catalog catalog() throws IOException;
  }

  static Shell ofProcess() {
    return new Shell(
        new PrintWriter(System.out, true),
        new PrintWriter(System.err, true),
        ConfigFile::environment,
        CatalogLoader::shipped);
  }

  /** A message for people. */
  void say(String message) {
    err.println("fairlead: " + message);
    err.flush();
  }
}
