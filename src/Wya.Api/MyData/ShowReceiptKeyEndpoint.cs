using Wya.Api.Access;
using Wya.Api.Documentation;

namespace Wya.Api.MyData;

internal static class ShowReceiptKeyEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/erasure-receipts/key", (Receipts receipts) => TypedResults.Ok(receipts.PublicKey()))
        .AllowAnyone()
        .Describe("ShowReceiptKey", "Show the key that verifies receipts", "A JSON Web Key (RFC 7517); its id is its thumbprint (RFC 7638).");
}
