using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>Writes events one by one, each forgotten once it is written: as JSON, or as columns of fixed width.</summary>
internal sealed class EventLines(Surroundings here, bool asTable) : IDisposable
{
    private const string Columns = "{0,12}  {1,-24}  {2,-36}  {3,7}  {4,-24}  {5,-36}  {6}";

    private readonly CompositeFormat columns = CompositeFormat.Parse(Columns);
    private readonly ArrayBufferWriter<byte> line = new();
    private readonly Utf8JsonWriter json = new(Stream.Null, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    private readonly int widthMax = asTable && here.OutputIsTerminal ? Math.Max(40, Console.WindowWidth) : int.MaxValue;

    public void Begin()
    {
        if (asTable)
        {
            Row("position", "time", "stream", "version", "type", "actor", "data");
        }
    }

    public void Write(RecordedEvent recorded)
    {
        var envelope = Envelope.Of(recorded);
        if (asTable)
        {
            Row(
                envelope.Position, Visible.Time(envelope.Time), envelope.StreamId, envelope.Version, envelope.Type, envelope.Actor, envelope.DataText());
            return;
        }

        line.ResetWrittenCount();
        json.Reset(line);
        JsonSerializer.Serialize(json, envelope, EventJson.Options);
        json.Flush();
        here.Output.Write(Encoding.UTF8.GetString(line.WrittenSpan));
        here.Output.Write('\n');
    }

    public void End(long written)
    {
        if (asTable)
        {
            here.Output.WriteLine(Visible.Count(written, "event"));
        }
    }

    public void Dispose() => json.Dispose();

    private void Row(params object[] cells)
    {
        string text = Visible.Text(string.Format(CultureInfo.InvariantCulture, columns, cells).TrimEnd());
        here.Output.WriteLine(text.Length <= widthMax ? text : text[..(widthMax - 1)] + '…');
    }
}
