"""Simulated tasks with computed rewards: does guidance from memory make an agent succeed more often?"""
