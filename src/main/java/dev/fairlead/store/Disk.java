package dev.fairlead.store;

import java.io.IOException;
import java.util.List;

/**
 * A folder of files that are written at their end and forced out. An interface, so that a test can
 * play a disk that loses its power or fails at any single step.
 */
public interface Disk {
  /** Names of the files, in the order of the names. */
  List<String> names() throws IOException;

  byte[] read(String name) throws IOException;

  /** A new, empty file; whatever had the name is gone. The name itself is durable on return. */
  File create(String name) throws IOException;

  void delete(String name) throws IOException;

  /** A file that is being written. */
  interface File extends AutoCloseable {
    /** Writes all of it behind what was written before. */
    void append(byte[] bytes) throws IOException;

    /** On return, what was appended survives a loss of power. */
    void force() throws IOException;

    @Override
    void close() throws IOException;
  }
}
