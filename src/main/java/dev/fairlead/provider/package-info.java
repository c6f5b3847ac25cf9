/**
 * How a provider is reached: address, credential, quirks as edits of the outgoing form. One generic
 * adapter serves every provider that the catalog describes; those that need code of their own (
 * signatures, token exchanges) get a folder below. Nothing is sent from here.
 */
@NullMarked
package dev.fairlead.provider;

import org.jspecify.annotations.NullMarked;
