/**
 * The doors for clients: which path is which operation, in whose dialect and flavour, and the
 * operations that read (models, endpoints, providers, generations, keys). Generation itself goes
 * through the corridor of {@code exchange}.
 */
@NullMarked
package dev.fairlead.api;

import org.jspecify.annotations.NullMarked;
