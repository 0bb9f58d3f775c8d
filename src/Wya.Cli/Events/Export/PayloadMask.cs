using System.Buffers;
using System.Text.Json;

namespace Wya.Cli;

/// <summary>
/// Copies a payload with its ids as pseudonyms and what is sealed as the word <c>sealed</c>, also where it was written before
/// its field became sensitive. Nothing is made of it but bytes.
/// </summary>
/// <param name="pseudonyms">Null keeps ids, and tokens of what is sealed, as they are: still sealed, under each person's key.</param>
internal sealed class PayloadMask(Pseudonyms? pseudonyms)
{
    private readonly ArrayBufferWriter<byte> output = new(4096);

    /// <returns>Good until the next call.</returns>
    public ReadOnlyMemory<byte> Mask(PayloadShape shape, ReadOnlySpan<byte> json)
    {
        output.ResetWrittenCount();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        Value(ref reader, json, shape);
        return output.WrittenMemory;
    }

    private void Value(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PayloadShape shape)
    {
        switch (shape.Kind)
        {
            case PayloadKind.Object when reader.TokenType == JsonTokenType.StartObject:
                Object(ref reader, json, shape);
                break;
            case PayloadKind.Map when reader.TokenType == JsonTokenType.StartObject:
                Map(ref reader, json, shape);
                break;
            case PayloadKind.List when reader.TokenType == JsonTokenType.StartArray:
                List(ref reader, json, shape);
                break;
            case PayloadKind.Plain:
                Copy(ref reader, json);
                break;
            case PayloadKind.Id when reader.TokenType == JsonTokenType.String && reader.TryGetGuid(out Guid id):
                Id(id);
                break;
            case PayloadKind.Sealed when pseudonyms is null && reader.TokenType == JsonTokenType.String && reader.ValueSpan.StartsWith("sealed1:"u8):
                Copy(ref reader, json);
                break;
            default: // nothing, what is sealed, and whatever is not what its type says
                output.Write(reader.TokenType == JsonTokenType.Null ? "null"u8 : "\"sealed\""u8);
                reader.Skip();
                break;
        }
    }

    private void Object(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PayloadShape shape)
    {
        char separator = '{';
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            PayloadShape? member = shape.Member(reader.ValueSpan);
            if (member is null)
            {
                reader.Skip();
                continue;
            }

            Byte((byte)separator);
            separator = ',';
            Copy(ref reader, json);
            Byte((byte)':');
            reader.Read();
            Value(ref reader, json, member);
        }

        End(separator, '{', '}');
    }

    private void Map(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PayloadShape shape)
    {
        char separator = '{';
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Byte((byte)separator);
            separator = ',';
            if (shape.HasIdNames)
            {
                Id(Guid.Parse(reader.GetString()!));
            }
            else
            {
                Copy(ref reader, json);
            }

            Byte((byte)':');
            reader.Read();
            Value(ref reader, json, shape.Item!);
        }

        End(separator, '{', '}');
    }

    private void List(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, PayloadShape shape)
    {
        char separator = '[';
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Byte((byte)separator);
            separator = ',';
            Value(ref reader, json, shape.Item!);
        }

        End(separator, '[', ']');
    }

    private void End(char separator, char open, char close)
    {
        if (separator == open)
        {
            Byte((byte)open);
        }

        Byte((byte)close);
    }

    private void Id(Guid id)
    {
        Span<byte> text = output.GetSpan(38);
        text[0] = (byte)'"';
        (pseudonyms?.Of(id) ?? id).TryFormat(text[1..], out _);
        text[37] = (byte)'"';
        output.Advance(38);
    }

    /// <summary>The value, or the member's name, as it is.</summary>
    private void Copy(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        int start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.PropertyName)
        {
            Byte((byte)'"');
            output.Write(reader.ValueSpan);
            Byte((byte)'"');
            return;
        }

        reader.Skip();
        output.Write(json[start..(int)reader.BytesConsumed]);
    }

    private void Byte(byte one)
    {
        output.GetSpan(1)[0] = one;
        output.Advance(1);
    }
}
