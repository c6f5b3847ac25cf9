/**
 * Configuration: YAML or JSON read into a tree in which every value knows its line, interpolated,
 * and turned into records with visible defaults. Problems are collected, not thrown one by one.
 * Nothing here knows what a provider or a model is; the catalog reads its own part of the tree.
 */
@NullMarked
package dev.fairlead.config;

import org.jspecify.annotations.NullMarked;
