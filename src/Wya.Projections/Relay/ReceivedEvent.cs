using System.Globalization;
using System.Text;
using RabbitMQ.Client.Events;

namespace Wya.Projections.Relay;

/// <summary>An event as a consumer of the external log gets it.</summary>
/// <param name="Offset">Where it stands in its partition.</param>
public sealed record ReceivedEvent(int Partition, long Offset, PublishedEvent Published)
{
    /// <exception cref="FormatException">It is not one of ours.</exception>
    internal static ReceivedEvent Of(int partition, BasicDeliverEventArgs delivery)
    {
        IDictionary<string, object?> headers = delivery.BasicProperties.Headers ?? throw new FormatException("A message has no headers.");
        string Text(string name) => headers.TryGetValue(name, out object? value) && value is byte[] bytes
            ? Encoding.UTF8.GetString(bytes)
            : throw new FormatException($"A message has no {name}.");
        long Number(string name) => headers.TryGetValue(name, out object? value) && value is long or int
            ? Convert.ToInt64(value, CultureInfo.InvariantCulture)
            : throw new FormatException($"A message has no {name}.");
        return new ReceivedEvent(partition, Number("x-stream-offset"), new PublishedEvent(
            Guid.Parse(delivery.BasicProperties.MessageId ?? ""),
            Text("domain"),
            Guid.Parse(Text("stream")),
            Number("version"),
            Number("position"),
            delivery.BasicProperties.Type ?? "",
            (int)Number("schema_version"),
            DateTimeOffset.Parse(Text("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            delivery.Body.ToArray())); // the library takes the memory back
    }
}
