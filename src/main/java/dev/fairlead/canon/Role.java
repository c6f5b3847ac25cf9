package dev.fairlead.canon;

/** Whose turn it is. Tool results are parts; a dialect decides whose turn carries them. */
public enum Role {
  SYSTEM,
  DEVELOPER,
  USER,
  ASSISTANT,
  TOOL
}
