using Npgsql;

namespace Wya.Projections;

/// <summary>Times in columns of type <c>timestamp</c>, which carry no zone: always UTC, to the microsecond.</summary>
internal static class Utc
{
    public static DateTime Write(DateTimeOffset time) => DateTime.SpecifyKind(time.UtcDateTime, DateTimeKind.Unspecified);

    public static DateTime? Write(DateTimeOffset? time) => time is { } value ? Write(value) : null;

    public static DateTimeOffset Read(NpgsqlDataReader reader, int ordinal) =>
        new(DateTime.SpecifyKind(reader.GetDateTime(ordinal), DateTimeKind.Utc));

    public static DateTimeOffset? ReadOrNull(NpgsqlDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : Read(reader, ordinal);
}
