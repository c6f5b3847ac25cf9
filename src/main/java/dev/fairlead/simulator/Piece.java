package dev.fairlead.simulator;

import java.time.Duration;
import java.util.Optional;

/** A step of what a simulated model says, before it is cut into tokens. */
sealed interface Piece {
  record Say(String text) implements Piece {}

  /**
   * @param proof the signature that goes with it
   */
  record Think(String text, Optional<String> proof) implements Piece {}

  /**
   * @param arguments JSON as text
   */
  record Call(String id, String name, String arguments) implements Piece {}

  /** A picture, inline. */
  record Picture(String mediaType, String base64) implements Piece {}

  /** The model refuses, with these words. */
  record Decline(String text) implements Piece {}

  /** Nothing comes for a while; unscaled. */
  record Rest(Duration duration) implements Piece {}
}
