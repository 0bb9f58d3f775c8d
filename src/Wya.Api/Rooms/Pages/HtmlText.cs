using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Wya.Api.Rooms.Pages;

/// <summary>
/// Writes HTML. Names of elements and attributes are this program's own words; every value and every text is encoded, so that
/// there is no way to write what somebody else said as markup.
/// </summary>
internal sealed class HtmlText(HtmlEncoder encoder)
{
    public static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder written = new();

    public override string ToString() => written.ToString();

    public HtmlText Open(string element, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        written.Append('<').Append(element);
        foreach ((string name, string value) in attributes)
        {
            written.Append(' ').Append(name).Append("=\"").Append(encoder.Encode(value)).Append('"');
        }

        written.Append('>');
        return this;
    }

    public HtmlText Close(string element)
    {
        written.Append("</").Append(element).Append('>');
        return this;
    }

    public HtmlText Text(string text)
    {
        written.Append(encoder.Encode(text));
        return this;
    }

    public HtmlText Element(string element, string text, params ReadOnlySpan<(string Name, string Value)> attributes) =>
        Open(element, attributes).Text(text).Close(element);

    public HtmlText Append(HtmlText other)
    {
        written.Append(other.written);
        return this;
    }

    /// <summary>A style sheet of this program, or one that has been written anew: neither holds anything that ends it.</summary>
    public HtmlText Style(string css)
    {
        written.Append("<style>").Append(css).Append("</style>");
        return this;
    }
}
