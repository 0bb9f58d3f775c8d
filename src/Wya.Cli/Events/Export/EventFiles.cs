using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Wya.Cli;

/// <summary>A file of an export while it is written. It is whole once it was finished, and on the disk.</summary>
internal interface IEventFile : IDisposable
{
    void Write(ExportedEvent exported);

    void Finish();
}

/// <summary>One JSON object a line.</summary>
internal sealed class NdjsonFile(string path) : IEventFile
{
    private const int FlushedAtBytes = 256 * 1024;

    private readonly FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
    private readonly ArrayBufferWriter<byte> lines = new(FlushedAtBytes * 2);
    private readonly Utf8JsonWriter json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    public void Write(ExportedEvent exported)
    {
        json.Reset(lines);
        json.WriteStartObject();
        json.WriteString("domain"u8, exported.Domain);
        json.WriteNumber("position"u8, exported.Position);
        json.WriteString("id"u8, exported.Id);
        json.WriteString("stream_id"u8, exported.StreamId);
        json.WriteNumber("version"u8, exported.Version);
        json.WriteString("type"u8, exported.Type);
        json.WriteNumber("schema_version"u8, exported.SchemaVersion);
        json.WriteString("time"u8, exported.TimeText);
        json.WriteString("actor"u8, exported.Actor.Span);
        WriteIfAny("correlation_id"u8, exported.CorrelationId);
        WriteIfAny("causation_id"u8, exported.CausationId);
        json.WritePropertyName("data"u8);
        json.WriteRawValue(exported.Data.Span, skipInputValidation: true);
        json.WriteEndObject();
        json.Flush();
        lines.Write("\n"u8);
        if (lines.WrittenCount >= FlushedAtBytes)
        {
            Flush();
        }
    }

    public void Finish()
    {
        Flush();
        file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        json.Dispose();
        file.Dispose();
    }

    private void WriteIfAny(ReadOnlySpan<byte> name, ReadOnlyMemory<byte>? value)
    {
        if (value is { } text)
        {
            json.WriteString(name, text.Span);
        }
    }

    private void Flush()
    {
        file.Write(lines.WrittenSpan);
        lines.ResetWrittenCount();
    }
}

/// <summary>RFC 4180, with a line of names first; what is null is empty.</summary>
internal sealed class CsvFile : IEventFile
{
    private readonly FileStream file;
    private readonly StreamWriter lines;

    public CsvFile(string path)
    {
        file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        lines = new StreamWriter(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 64 * 1024) { NewLine = "\r\n" };
        lines.WriteLine(string.Join(',', EventColumns.All.Select(column => column.Name)));
    }

    public void Write(ExportedEvent exported)
    {
        lines.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"{exported.Domain},{exported.Position},{exported.Id},{exported.StreamId},{exported.Version},{exported.Type},{exported.SchemaVersion},{exported.TimeText},"));
        Write(exported.Actor);
        lines.Write(',');
        Write(exported.CorrelationId);
        lines.Write(',');
        Write(exported.CausationId);
        lines.Write(',');
        Write(exported.Data);
        lines.WriteLine();
    }

    public void Finish()
    {
        lines.Flush();
        file.Flush(flushToDisk: true);
    }

    public void Dispose()
    {
        lines.Dispose();
        file.Dispose();
    }

    private void Write(ReadOnlyMemory<byte>? utf8)
    {
        string value = utf8 is { } text ? Encoding.UTF8.GetString(text.Span) : "";
        if (value.AsSpan().IndexOfAny("\",\r\n") < 0)
        {
            lines.Write(value);
            return;
        }

        lines.Write('"');
        lines.Write(value.Replace("\"", "\"\"", StringComparison.Ordinal));
        lines.Write('"');
    }
}

/// <summary>The columns of every export, in their order, with DuckDB's types.</summary>
internal static class EventColumns
{
    public static IReadOnlyList<(string Name, string Type)> All { get; } =
    [
        ("domain", "VARCHAR"), ("position", "BIGINT"), ("id", "UUID"), ("stream_id", "UUID"), ("version", "BIGINT"), ("type", "VARCHAR"),
        ("schema_version", "INTEGER"), ("time", "TIMESTAMP WITH TIME ZONE"), ("actor", "VARCHAR"), ("correlation_id", "VARCHAR"),
        ("causation_id", "VARCHAR"), ("data", "JSON"),
    ];
}
