/**
 * Gemini's dialect: {@code generateContent} and {@code streamGenerateContent}, as Google AI Studio
 * and Vertex AI speak them. Requests, answers, streams and faults, both ways. Addresses,
 * credentials and facts about models do not live here.
 */
@NullMarked
package dev.fairlead.protocol.gemini;

import org.jspecify.annotations.NullMarked;
