using System.Text;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>
/// The files of an export as tables: <c>events</c> with the columns that all events have, and one view an event type, named as
/// the type with underscores, with the members of its payload as columns of their own, by the types of its record.
/// </summary>
internal static class EventViews
{
    private static readonly string[] Envelope = ["position", "id", "stream_id", "version", "time", "actor", "correlation_id", "causation_id"];

    public static void Create(DuckDb database, ExportManifest manifest, string folder, IEnumerable<EventType> types)
    {
        database.Run($"create view events as {Source(manifest, folder)}");
        foreach (EventType type in types)
        {
            database.Run(Sql(type, manifest.IsRevealed));
        }
    }

    /// <summary><c>user.created</c> is <c>user_created</c>.</summary>
    public static string NameOf(EventType type) => type.Name.Replace('.', '_');

    /// <summary>Column, type and expression of each member of the payload.</summary>
    public static IEnumerable<(string Name, string Type, string Expression)> Columns(EventType type, bool isRevealed)
    {
        foreach ((byte[] name, PayloadShape shape) in PayloadShape.Of(type).Members)
        {
            string member = Encoding.UTF8.GetString(name), column = Envelope.Contains(member) ? $"data_{member}" : member;
            string duckType = TypeOf(shape), path = DuckDb.Quoted($"$.{member}");
            string text = shape.Kind == PayloadKind.Sealed && isRevealed ? $"revealed(domain, stream_id::varchar, data ->> {path})" : $"data ->> {path}";
            yield return (column, duckType, duckType == "JSON" ? $"data -> {path}" : duckType.EndsWith("[]", StringComparison.Ordinal) ? $"(data -> {path})::{duckType}" : $"({text})::{duckType}");
        }
    }

    private static string Sql(EventType type, bool isRevealed)
    {
        IEnumerable<string> members = Columns(type, isRevealed).Select(column => $"{column.Expression} as \"{column.Name}\"");
        return $"create view {NameOf(type)} as select {string.Join(", ", Envelope.Concat(members))} from events where type = {DuckDb.Quoted(type.Name)}";
    }

    private static string Source(ExportManifest manifest, string folder)
    {
        IReadOnlyList<string> paths = manifest.Paths(folder);
        if (paths.Count == 0)
        {
            return $"select {string.Join(", ", EventColumns.All.Select(column => $"null::{column.Type} as {column.Name}"))} where false";
        }

        string files = $"[{string.Join(", ", paths.Select(DuckDb.Quoted))}]";
        string columns = $"{{{string.Join(", ", EventColumns.All.Select(column => $"{column.Name}: {DuckDb.Quoted(column.Type)}"))}}}";
        return manifest.Format switch
        {
            "parquet" => $"select * from read_parquet({files})",
            "csv" => $"select * from read_csv({files}, header = true, quote = '\"', escape = '\"', delim = ',', columns = {columns})",
            _ => $"select * from read_json({files}, format = 'newline_delimited', columns = {columns})",
        };
    }

    private static string TypeOf(PayloadShape shape) => shape.Kind switch
    {
        PayloadKind.Id => "UUID",
        PayloadKind.Sealed => "VARCHAR",
        PayloadKind.List when TypeOf(shape.Item!) is var item && item != "JSON" => item + "[]",
        PayloadKind.Plain => Scalar(shape.Type),
        _ => "JSON",
    };

    private static string Scalar(Type type) => Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => "VARCHAR",
        TypeCode.Boolean => "BOOLEAN",
        TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 or TypeCode.Byte => "BIGINT",
        TypeCode.Double or TypeCode.Single or TypeCode.Decimal => "DOUBLE",
        TypeCode.DateTime => "TIMESTAMP WITH TIME ZONE",
        _ => type == typeof(DateTimeOffset) ? "TIMESTAMP WITH TIME ZONE" : type == typeof(DateOnly) ? "DATE" : "VARCHAR",
    };
}
