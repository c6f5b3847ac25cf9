package dev.fairlead.config;

/** Where something stands in a file. Lines and columns count from 1; 0 means the whole file. */
public record Place(String file, int line, int column) {
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
