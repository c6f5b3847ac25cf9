package dev.fairlead.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects what is wrong while reading goes on. Not for sharing between threads. */
public final class Problems {
  private final List<ConfigProblem> found = new ArrayList<>();

  public void add(Place at, String what, String why, String fix) {
    found.add(new ConfigProblem(at.file(), at.line(), at.column(), what, why, fix));
  }

  public void addAll(List<ConfigProblem> more) {
    found.addAll(more);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<ConfigProblem> list() {
    return Collections.unmodifiableList(found);
  }
}
