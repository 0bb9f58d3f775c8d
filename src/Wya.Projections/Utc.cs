using Npgsql;

namespace Wya.Projections;

/// <summary>Times in columns of type <c>timestamp</c>, which carry no zone: always UTC, to the microsecond.</summary>
internal static class Utc
{
    public static DateTime Write(DateTimeOffset time) => DateTime.SpecifyKind(time.UtcDateTime, DateTimeKind.Unspecified);

    public static DateTime? Write(DateTimeOffset? time) => time is { } value ? Write(value) : null;

    /// <summary>A time as Npgsql reads it from such a column, or from one with a zone.</summary>
    public static DateTimeOffset Of(DateTime stored) => new(DateTime.SpecifyKind(stored, DateTimeKind.Utc));

    public static DateTimeOffset Read(NpgsqlDataReader reader, int ordinal) =>
        Of(reader.GetDateTime(ordinal));

    public static DateTimeOffset? ReadOrNull(NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : Read(reader, ordinal);
}
