"""Neo4j Browser's view of a memory: a style, a guide and saved statements, and a small server that hands them out."""

from graphmem.browser.assets import DEMO, Asset, Parameters, Saved, assets, saved_statements
from graphmem.browser.server import AssetServer, browser_address

__all__ = ["DEMO", "Asset", "AssetServer", "Parameters", "Saved", "assets", "browser_address", "saved_statements"]
