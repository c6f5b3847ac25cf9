package dev.fairlead.money;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;

/** When spending begins again from nothing: at midnight UTC, weeks on Mondays. */
public enum Interval {
  DAILY,
  WEEKLY,
  MONTHLY,
  LIFETIME;

  /** The word in configuration, records and errors. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The day of a moment in UTC, counted from 1970. */
  public static long day(Instant moment) {
    return Math.floorDiv(moment.getEpochSecond(), Duration.ofDays(1).toSeconds());
  }

  /** The first day of the period that a day lies in, counted from 1970. */
  public long start(long day) {
    LocalDate date = LocalDate.ofEpochDay(day);
    return switch (this) {
      case DAILY -> day;
      case WEEKLY -> date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).toEpochDay();
      case MONTHLY -> date.withDayOfMonth(1).toEpochDay();
      case LIFETIME -> 0;
    };
  }

  /** When the period ends that a day lies in. */
  public Optional<Instant> end(long day) {
    LocalDate first = LocalDate.ofEpochDay(start(day));
    Optional<LocalDate> next =
        switch (this) {
          case DAILY -> Optional.of(first.plusDays(1));
          case WEEKLY -> Optional.of(first.plusWeeks(1));
          case MONTHLY -> Optional.of(first.plusMonths(1));
          case LIFETIME -> Optional.empty();
        };
    return next.map(date -> date.atStartOfDay(ZoneOffset.UTC).toInstant());
  }
}
